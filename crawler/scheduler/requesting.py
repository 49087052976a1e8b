"""The Scrapy request that carries a task out."""

from __future__ import annotations

from scrapy import Request

from crawler.scheduler.events import Events
from crawler.scheduler.task import LeaseTask, RobotsTask, Task, robots_task

SLOT = "clew"
"""Scrapy's only downloader slot: it neither delays nor reorders, since the frontier does both."""


def request_for(task: Task, events: Events) -> Request:
    """The request of a leased URL, or of a robots.txt; what becomes of it is told to `events`."""
    if task.item.robots_of:
        request = _robots_request(task, events)
    else:
        request = events.walker.request(task.item)
        request.errback = events.failed
        if isinstance(task, LeaseTask) and task.leased.attempts:
            request.meta["conditional"] = False  # which may be what went wrong
    request.dont_filter = True
    request.meta.update(lease=task, via=task.item.via, path=task.item.path, download_slot=SLOT)
    return request


def _robots_request(task: Task, events: Events) -> Request:
    asked = task if isinstance(task, RobotsTask) else robots_task(task.item, task.chain)
    meta = {"handle_httpstatus_all": True, "verbatim_url": True, "conditional": False}
    return Request(
        task.item.uri,
        callback=events.robots_got,
        errback=events.robots_failed,
        meta=meta | {"robots": asked},
    )
