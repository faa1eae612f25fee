"""Judges an assignment before it judges anybody: are its checks sharp, fair, and do its diagnoses tell the truth?"""
