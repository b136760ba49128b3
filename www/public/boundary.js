// The page's error boundary. Where the page's own scripts do not start, it says why: a script that does not load, an exception before
// the page is drawn, a browser that is too old, a page that was opened from a disk. It is outside of all that can fail, so it is a
// classic script in the JavaScript of old browsers, and stands alone.
(function () {
  "use strict";

  // Whoever frames the bare address has a place for an experiment: the page takes that form, before anything of it runs.
  var framed = document.currentScript && document.currentScript.getAttribute("data-framed");
  if (framed && window.self !== window.top && location.search === "") {
    window.stop();
    location.replace(framed + location.hash);
    return;
  }

  var isFile = location.protocol === "file:";

  // Some programs escape the # of a link.
  var parts = location.search.split("%23");
  if (parts.length > 1 && !location.hash) {
    location.replace(location.pathname + parts[0] + "#" + parts.slice(1).join("%23"));
  }

  /** Whether the page draws itself: then it says what goes wrong. */
  function isUp() {
    var app = document.querySelector("bench-app, benchmark-app, embed-app");
    return Boolean(app && app.shadowRoot && app.shadowRoot.childElementCount);
  }

  function say(sentence) {
    if (isUp() || document.querySelector("main > [role=alert]")) return;
    var main = document.querySelector("main");
    if (!main) {
      document.addEventListener("DOMContentLoaded", function () {
        say(sentence);
      });
      return;
    }
    var paragraph = document.createElement("p");
    paragraph.setAttribute("role", "alert");
    paragraph.textContent = sentence;
    main.insertBefore(paragraph, main.firstChild);
  }

  /** The script of this page, whose name tells its build. */
  function ownScript() {
    var script = document.querySelector("script[type=module][src]");
    return script && script.getAttribute("src").replace(/^.*\//, "");
  }

  var newVersion =
    "There is a new version of Bunsen, so that files of this page are gone. Load the page again: its address keeps the recipe.";

  /** A sentence where the site has another build of this page by now, so that files that this one names may be gone; else null. */
  window.findNewVersion = function () {
    var script = ownScript();
    if (isFile || !script) return Promise.resolve(null);
    // Whoever waits for this has something to say that is as true without it.
    var canceller = new AbortController();
    setTimeout(function () {
      canceller.abort();
    }, 3000);
    return fetch(location.href.replace(/#.*/, ""), { cache: "no-store", signal: canceller.signal })
      .then(function (response) {
        return response.ok ? response.text() : script;
      })
      .then(
        function (html) {
          return html.indexOf(script) < 0 && html.indexOf("boundary.js") >= 0 ? newVersion : null;
        },
        function () {
          return null;
        },
      );
  };

  /** Says that a file did not load, and why, as far as that can be known. */
  function sayNotLoaded(address) {
    var sentence = notLoaded(address);
    window.findNewVersion().then(function (found) {
      say(found || sentence);
    });
  }

  function notLoaded(address) {
    var name = String(address)
      .replace(/[?#].*$/, "")
      .replace(/^.*\//, "");
    if (isFile) {
      return (
        "Bunsen cannot run from a file: browsers give such a page none of its scripts. Serve its folder, for example with " +
        "“python3 -m http.server”, and open http://localhost:8000."
      );
    }
    if (navigator.onLine === false) {
      return (
        "This browser is offline, and a part of the page is missing (" + name + "). Go online and load the page again."
      );
    }
    return (
      "A part of the page could not be loaded (" +
      name +
      "). Load the page again. " +
      "If that does not help, something on the way to this browser keeps it back."
    );
  }

  function failed(reason) {
    var message = (reason && reason.message) || String(reason);
    // The words of Chromium, Firefox and Safari for a module that was not there.
    var missing =
      /module(?: script)?:? (\S+:\/\/\S+)|loading dynamically imported module: (\S+)|Importing a module script failed/i.exec(
        message,
      );
    if (missing) sayNotLoaded(missing[1] || missing[2] || "a script");
    else say("Bunsen could not start: " + message + ". Load the page again.");
  }

  addEventListener(
    "error",
    function (event) {
      var target = event.target;
      if (target && target.tagName === "SCRIPT") sayNotLoaded(target.src);
      else if (event.error || event.message) failed(event.error || event.message);
    },
    // Errors of loading do not bubble.
    true,
  );
  addEventListener("unhandledrejection", function (event) {
    failed(event.reason);
  });
  if (!("noModule" in document.createElement("script"))) {
    say(
      "This browser is too old for Bunsen. It needs JavaScript modules and WebAssembly with SIMD, which every current browser has.",
    );
  }
})();
