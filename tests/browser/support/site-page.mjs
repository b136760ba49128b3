// @ts-check
// A page of the site as a visitor meets it: by role and name.

/** @typedef {import("playwright-core").Page} Page */

export class SitePage {
  /** What the browser complained about: exceptions, and errors on the console. @type {string[]} */
  complaints = [];

  /** @param {Page} page @param {string} url the site */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    page.on("pageerror", (error) => this.complaints.push(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  /** @param {string} name */
  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The button, where it can be pressed. @param {string} name */
  pressable(name) {
    return this.page.getByRole("button", { name, exact: true, disabled: false });
  }

  /** @param {string} name */
  status(name) {
    return this.page.getByRole("status", { name, exact: true });
  }
}
