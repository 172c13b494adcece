// Tells the LMS this call's score once, by the API of SCORM 1.2, and says on the page whether that worked.
"use strict";
(function () {
  function above(from) { // run-time environment, 3.3.6: the API is in a window above this one, or above its opener
    for (let at = from, steps = 0; at && steps < 8; at = at.parent, steps += 1) {
      try { if (at.API) { return at.API; } } catch (error) { return null; } // another site's window
      if (at.parent === at) { return null; }
    }
    return null;
  }
  const told = document.getElementById("told"), data = document.body.dataset;
  const api = above(window) || (window.opener ? above(window.opener) : null);
  if (!api) { return; }
  let open = String(api.LMSInitialize("")) === "true";
  function finish() { if (open) { open = false; api.LMSFinish(""); } }
  function set(name, value) { return String(api.LMSSetValue(name, value)) === "true"; }
  window.addEventListener("pagehide", finish);
  if (!open) { told.textContent = "Not reported: the LMS did not begin a session."; return; }
  const learner = String(api.LMSGetValue("cmi.core.student_id"));
  if (data.account && learner !== data.account) {
    told.textContent = "Not reported: this result is another person's.";
    finish();
    return;
  }
  let done = set("cmi.core.lesson_status", data.status) && set("cmi.core.session_time", data.time);
  if (data.score !== "") {
    done = set("cmi.core.score.min", "0") && set("cmi.core.score.max", "100") && done;
    done = set("cmi.core.score.raw", data.score) && done;
  }
  done = String(api.LMSCommit("")) === "true" && done;
  told.textContent = done ? "Reported to the LMS." : "Not reported: the LMS refused it (error " + api.LMSGetLastError() + ").";
}());
