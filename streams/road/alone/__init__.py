"""Stages of which one worker at a time reads a whole topic of several partitions, while further workers stand by.

A topic of one partition gives that by itself. Where each record may concern what others have said, and the topic has
several partitions for the sake of other stages, the group's assignment gives all of them to one member.
"""
