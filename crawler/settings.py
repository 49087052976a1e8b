"""Scrapy's settings module of the project: strings only. All else is in the add-on and in config."""

BOT_NAME = "clew"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"
LOG_LEVEL = "INFO"
ADDONS = {"crawler.addon.ClewAddon": 0}
