"""Measures of voice and conversation, with numpy alone.

`signal` turns samples into tracks; `talk` measures who spoke when and how fast; `live` listens during a call; `export`
writes a measurement for people and programs. `measure` puts a measurement together, `folder` measures a call folder,
and `catalogue` names every measure.
"""
