"""The add-on: the one place that wires Clew's components into Scrapy's settings.

A user's own value of a setting wins wherever Clew can honour it; what cannot be honoured (a second
retrier, a second delayer) is off for good, and `ClewAddon.update_settings` says so.
"""

from __future__ import annotations

import logging
from typing import Any

from scrapy.settings import BaseSettings, Settings

from crawler import config

logger = logging.getLogger(__name__)

COMPONENTS: dict[str, Any] = {
    "SCHEDULER": "crawler.scheduler.scheduler.Scheduler",
    "CAPTURE_SINK": "pipelines.sink.CollectionSink",
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.download.handler.RecordingHandler",
        "https": "crawler.download.handler.RecordingHandler",
        # A page could otherwise make a crawler archive the operator's own files.
        "data": None,
        "file": None,
        "ftp": None,
        "s3": None,
    },
    "ITEM_PIPELINES": {"pipelines.sink.StoryPipeline": 300},
    "EXTENSIONS": {"crawler.progress.Progress": 0},
    "DOWNLOADER_MIDDLEWARES": {
        # The robots gate of the scheduler is the only one that no request slips through.
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        # Scope decides before a URL is added.
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        # One that knows whose a cookie is, in the same place.
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
        "crawler.download.cookies.CookieMiddleware": 700,
        # The download handler chooses the proxy; its login never stands in a request.
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    },
    "SPIDER_MIDDLEWARES": {
        # Each is work per request that the frontier's items make needless.
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
        "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    },
}

OWNED: dict[str, Any] = {
    # One retrier, one delayer, one redirect: the frontier.
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": False,
    # A cache would answer without an exchange.
    "HTTPCACHE_ENABLED": False,
    # The handler decodes what is read, and only that.
    "COMPRESSION_ENABLED": False,
    # Runs code for whoever connects.
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "DOWNLOAD_SLOTS": {"clew": {"concurrency": 100_000, "delay": 0, "jitter": 0}},
    # Scrapy starts one task per item and response for each of these.
    "CONCURRENT_ITEMS": 1,
}

PREFERRED: dict[str, Any] = {
    "DNSCACHE_ENABLED": False,
    "STATS_DUMP": False,
    # Reads the source of each callback anew.
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "LOGSTATS_INTERVAL": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "en;q=0.8,*;q=0.5",
        # Not zstd, which today's viewers cannot replay.
        "Accept-Encoding": "gzip, deflate, br",
    },
}


class ClewAddon:
    """Scrapy loads it through ``ADDONS``."""

    def update_settings(self, settings: Settings) -> None:
        """Wire the components and fill in the defaults of `crawler.config`.

        Raises `crawler.errors.SettingError` for a setting that cannot be read.
        """
        read = config.Config.from_settings(settings)
        _hide(str(settings.get("HTTPAUTH_PASS") or ""))
        for name, value in COMPONENTS.items():
            _merge(settings, name, value)
        for name, value in OWNED.items():
            _own(settings, name, value)
        for name, value in PREFERRED.items():
            settings.set(name, value, priority="addon")
        for name, value in config.defaults().items():
            settings.set(name, value, priority="addon")
        settings.set("USER_AGENT", config.user_agent(read), priority="addon")


def _hide(password: str) -> None:
    """Scrapy lists the settings that are not its defaults in the log, passwords included."""

    def hide(record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict):
            shown = {
                key: str(value).replace(repr(password), "'***'") for key, value in record.args.items()
            }
            record.args = shown
        return True

    if password:
        logging.getLogger("scrapy.crawler").addFilter(hide)


def _merge(settings: BaseSettings, name: str, value: Any) -> None:
    """Set `value`; where it is a table, only what the user's own table does not say."""
    if isinstance(value, dict):
        mine = dict(value)
        mine.update(settings.getdict(name))
        priority = settings.getpriority(name) or 0
        settings.set(name, mine, priority=max(priority, 15))
    else:
        settings.set(name, value, priority="addon")


def _own(settings: BaseSettings, name: str, value: Any) -> None:
    if (settings.getpriority(name) or 0) > 15 and settings.get(name) != value:
        logger.warning("%s is Clew's own and stays %r: the frontier does its work", name, value)
    settings.set(name, value, priority="cmdline")
