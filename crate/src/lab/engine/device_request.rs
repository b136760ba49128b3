//! Asks the platform for a graphics adapter, and the adapter for a device that burn and compiled programs share.

use std::time::Duration;

use burn::tensor::wgpu::{WgpuSetup, wgpu};

use crate::lab::error::LabError;
use crate::lab::event_loop;

/// How long an adapter is waited for. A browser's GPU process that has just started may say that there is none, and give one some hundred
/// milliseconds later; so may a driver after a sleep. The page waits as long before it fetches the GPU build
/// (`crate/js/graphics-adapter.ts`).
const PATIENCE: Duration = Duration::from_secs(3);

/// How long after an answer the platform is asked again.
const INTERVAL: Duration = Duration::from_millis(250);

/// Bytes of workgroup memory that kernels for every adapter may use.
const WORKGROUP_MEMORY: u32 = 16 << 10;

/// Threads of a workgroup that kernels for every adapter may have.
const WORKGROUP_SIZE: u32 = 128;

/// Storage buffers that kernels bind at most.
const STORAGE_BUFFERS: u32 = 8;

/// Workgroups in one dimension of a kernel's grid at most.
const WORKGROUPS: u32 = 65_535;

/// Where there is no adapter, or none that suits.
const WAY_OUT: &str = "Use the CPU engine, or a browser and a machine with WebGPU.";

/// The adapter that the platform prefers for performance, and its device with all limits and features that it has.
///
/// # Errors
/// [`LabError::Engine`] where there is no adapter, its limits are too low, or it gives no device.
pub(super) async fn request_device() -> Result<WgpuSetup, LabError> {
    let (instance, adapter) = request_adapter().await?;
    let limits = adapter.limits();
    device_of(instance, adapter, limits).await
}

/// The adapter that the platform prefers for performance, of all its graphics interfaces.
///
/// # Errors
/// [`LabError::Engine`] where there is none, for as long as it is waited for.
pub(super) async fn request_adapter() -> Result<(wgpu::Instance, wgpu::Adapter), LabError> {
    let instance = wgpu::Instance::default();
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    let ask = async || instance.request_adapter(&options).await.ok();
    match ask_again(ask, event_loop::sleep).await {
        Some(adapter) => Ok((instance, adapter)),
        None => Err(LabError::Engine(format!(
            "No GPU could be opened here: there is no graphics adapter. {WAY_OUT}"
        ))),
    }
}

/// Asks until there is an answer, or none for as long as it is waited for. `sleep` waits between two requests.
async fn ask_again<T>(
    ask: impl AsyncFn() -> Option<T>,
    sleep: impl AsyncFn(Duration),
) -> Option<T> {
    let mut waited = Duration::ZERO;
    loop {
        let answer = ask().await;
        if answer.is_some() || waited >= PATIENCE {
            return answer;
        }
        sleep(INTERVAL).await;
        waited += INTERVAL;
    }
}

/// The adapter's device with these limits.
///
/// # Errors
/// [`LabError::Engine`] where the limits are too low, or it gives no device.
pub(super) async fn device_of(
    instance: wgpu::Instance,
    adapter: wgpu::Adapter,
    limits: wgpu::Limits,
) -> Result<WgpuSetup, LabError> {
    check_limits(&limits)?;
    let features = adapter
        .features()
        .difference(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS)
        .difference(wgpu::Features::all_experimental_mask());
    let descriptor = wgpu::DeviceDescriptor {
        required_features: features,
        required_limits: limits,
        // burn allocates large blocks itself.
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        ..wgpu::DeviceDescriptor::default()
    };
    let requested = adapter.request_device(&descriptor).await;
    let (device, queue) = requested.map_err(|error| {
        LabError::Engine(format!("The GPU could not be opened: {error}. {WAY_OUT}"))
    })?;
    Ok(WgpuSetup {
        backend: adapter.get_info().backend,
        instance,
        adapter,
        device,
        queue,
    })
}

/// What kernels take of a device at most: WebGPU grants as much to every page, and some adapters have less all the same.
fn check_limits(limits: &wgpu::Limits) -> Result<(), LabError> {
    let needed = [
        (
            "bytes of memory for a workgroup",
            limits.max_compute_workgroup_storage_size,
            WORKGROUP_MEMORY,
        ),
        (
            "threads in a workgroup",
            limits
                .max_compute_invocations_per_workgroup
                .min(limits.max_compute_workgroup_size_x),
            WORKGROUP_SIZE,
        ),
        (
            "storage buffers in a kernel",
            limits.max_storage_buffers_per_shader_stage,
            STORAGE_BUFFERS,
        ),
        (
            "workgroups in a row",
            limits.max_compute_workgroups_per_dimension,
            WORKGROUPS,
        ),
    ];
    match needed.into_iter().find(|(_, has, needs)| has < needs) {
        None => Ok(()),
        Some((what, has, needs)) => Err(LabError::Engine(format!(
            "This graphics adapter does not suffice: it has {has} {what}, and {needs} are needed. {WAY_OUT}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use futures_lite::future::block_on;

    use super::*;

    /// What is given to one that has an adapter at that request, by how many requests, and after what time.
    fn given_at(request: usize) -> (Option<usize>, usize, Duration) {
        let asked = Cell::new(0);
        let slept = RefCell::new(Duration::ZERO);
        let ask = async || {
            asked.set(asked.get() + 1);
            (asked.get() >= request).then_some(asked.get())
        };
        let answer = block_on(ask_again(ask, async |duration| {
            *slept.borrow_mut() += duration;
        }));
        (answer, asked.get(), slept.take())
    }

    #[test]
    fn an_adapter_is_asked_for_again_for_three_seconds() {
        assert_eq!(given_at(1), (Some(1), 1, Duration::ZERO));
        assert_eq!(given_at(3), (Some(3), 3, 2 * INTERVAL));
        let (answer, asked, slept) = given_at(usize::MAX);
        assert_eq!((answer, slept), (None, PATIENCE));
        assert!(asked > 5, "asked {asked} times");
    }

    #[test]
    fn an_adapter_with_too_low_limits_is_refused_in_a_sentence() {
        let enough = wgpu::Limits {
            max_compute_invocations_per_workgroup: WORKGROUP_SIZE,
            max_compute_workgroup_size_x: WORKGROUP_SIZE,
            ..wgpu::Limits::default()
        };
        check_limits(&enough).unwrap();
        let refusals: Vec<String> = [
            wgpu::Limits {
                max_compute_workgroup_storage_size: WORKGROUP_MEMORY - 1,
                ..enough.clone()
            },
            wgpu::Limits {
                max_compute_invocations_per_workgroup: 64,
                ..enough.clone()
            },
            wgpu::Limits {
                max_compute_workgroup_size_x: 64,
                ..enough.clone()
            },
            wgpu::Limits {
                max_storage_buffers_per_shader_stage: 4,
                ..enough.clone()
            },
            wgpu::Limits {
                max_compute_workgroups_per_dimension: 1024,
                ..enough
            },
        ]
        .iter()
        .map(|limits| check_limits(limits).unwrap_err().to_string())
        .collect();
        let expected = [
            "16383 bytes of memory for a workgroup, and 16384 are needed",
            "64 threads in a workgroup, and 128 are needed",
            "64 threads in a workgroup, and 128 are needed",
            "4 storage buffers in a kernel, and 8 are needed",
            "1024 workgroups in a row, and 65535 are needed",
        ];
        for (refusal, expected) in refusals.iter().zip(expected) {
            assert!(refusal.contains(expected), "{refusal}");
            assert!(refusal.contains("Use the CPU engine"), "{refusal}");
        }
    }
}
