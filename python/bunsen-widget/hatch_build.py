"""Packs the widget's front end and a copy of the site, which `cargo xtask build` makes: the widget then needs no internet."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackSite(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":
            return
        root = Path(self.root)
        # A source distribution holds it already.
        if (root / "src" / "bunsen_widget" / "site").is_dir():
            return
        site = root.parents[1] / "dist" / "v" / self.metadata.version
        if not (site / "widget.mjs").is_file():
            raise FileNotFoundError(f"There is no built site in {site}: `cargo xtask build` makes it.")
        package = "src/bunsen_widget" if self.target_name == "sdist" else "bunsen_widget"
        build_data["force_include"][str(site)] = f"{package}/site"
