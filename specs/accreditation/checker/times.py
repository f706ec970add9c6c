"""Moments, and windows of them."""

from datetime import datetime, timedelta, timezone

TICK = timedelta(microseconds=1)
ALWAYS = datetime.min.replace(tzinfo=timezone.utc), datetime.max.replace(tzinfo=timezone.utc)


def window(of, start, end):
    first = moment(of[start]) if of.get(start) else ALWAYS[0]
    last = moment(of[end]) if of.get(end) else ALWAYS[1]
    return first, last


def holds(bounds, at):
    return bounds[0] <= at <= bounds[1]


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
