"""Results for a learning management system without the room: xAPI and cmi5 statements, SCORM 1.2 packages."""
