//! The graphics processor that computes.

use std::sync::OnceLock;

use burn_tensor::{Device, DeviceKind, wgpu::WgpuInitError};
use ufm_networks::NetworkError;

/// The device, taken once for all networks of a process, and its adapter with the driver.
pub(crate) fn device() -> Result<(Device, String), NetworkError> {
    static TAKEN: OnceLock<Result<(Device, String), String>> = OnceLock::new();
    let taken = TAKEN.get_or_init(|| take().map_err(|error| error.to_string()));
    taken.clone().map_err(|why| {
        NetworkError::Backend(format!(
            "no graphics processor can be used: {why}; the processor computes with --engine burn or mixed, and Debian's mesa-vulkan-drivers are a \
             Vulkan driver in software"
        ))
    })
}

fn take() -> Result<(Device, String), WgpuInitError> {
    let options = Device::wgpu_options().device_kind(DeviceKind::DefaultDevice);
    let (device, setup) = options.init_with_setup()?;
    let found = setup.adapter.get_info();
    let adapter = format!(
        "{} ({:?}, {:?}; {} {})",
        found.name, found.backend, found.device_type, found.driver, found.driver_info
    );
    Ok((device, adapter))
}
