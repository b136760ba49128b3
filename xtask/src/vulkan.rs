//! Mesa's software Vulkan (lavapipe), on which the GPU kernels are tested: the same adapter on every Linux.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::debian;
use crate::files;
use crate::log::Log;

/// The adapter that the kernels' tests are to run on.
pub enum Adapter {
    /// Mesa's, which this file describes to the Vulkan loader.
    Lavapipe(PathBuf),
    /// Whichever the system has: Metal's or Direct3D's.
    System,
}

impl Adapter {
    /// Finds the adapter, or brings Debian's package of it.
    pub fn find(log: Log) -> Result<Self> {
        if !cfg!(target_os = "linux") {
            return Ok(Self::System);
        }
        if let Some(driver) = lavapipe() {
            return Ok(Self::Lavapipe(driver));
        }
        let purpose = "the tests of the GPU kernels";
        debian::install(log, &["mesa-vulkan-drivers"], purpose)?;
        lavapipe().map(Self::Lavapipe).ok_or_else(|| {
            "mesa-vulkan-drivers is installed, yet lavapipe is not among its drivers.".to_owned()
        })
    }

    /// Has a command use this adapter, whichever others there are.
    pub fn select(&self, command: &mut Command) {
        if let Self::Lavapipe(driver) = self {
            // The second is the name that loaders older than 1.3.207 know.
            command
                .env("VK_DRIVER_FILES", driver)
                .env("VK_ICD_FILENAMES", driver);
        }
    }
}

/// The file that describes lavapipe to the Vulkan loader.
fn lavapipe() -> Option<PathBuf> {
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
        .into_iter()
        .flat_map(|folder| files::in_folder(Path::new(folder)))
        .find(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("lvp_icd") && name.ends_with(".json")
        })
}
