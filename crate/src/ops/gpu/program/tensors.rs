//! burn's tensors as buffers of a program: both are on one device, and submit to one queue.

use burn::backend::{BackendTensor, DispatchTensorKind};
use burn::tensor::{Device, Int, Tensor};
use burn_cubecl::cubecl::wgpu::{AutoCompiler, WgpuServer};
use burn_cubecl::tensor::CubeTensor;

use super::executable::ExternalBuffer;

/// The buffer of a contiguous tensor of floats. It is that as long as the tensor lives. All that burn was asked to compute so far has
/// been submitted then.
///
/// # Errors
/// Where the tensor is on no GPU, or burn has lost the buffer.
pub fn float_buffer<const D: usize>(tensor: &Tensor<D>) -> Result<ExternalBuffer, String> {
    match tensor.clone().into_dispatch().kind {
        DispatchTensorKind::Cube(BackendTensor::Float(tensor)) => buffer(&tensor),
        _ => Err("the tensor is on no GPU".to_owned()),
    }
}

/// The same of a tensor of integers.
///
/// # Errors
/// The same.
pub fn integer_buffer<const D: usize>(tensor: &Tensor<D, Int>) -> Result<ExternalBuffer, String> {
    match tensor.clone().into_dispatch().kind {
        DispatchTensorKind::Cube(BackendTensor::Int(tensor)) => buffer(&tensor),
        _ => Err("the tensor is on no GPU".to_owned()),
    }
}

/// A new tensor that a program writes, and its buffer.
///
/// # Errors
/// As [`float_buffer`].
pub fn new_tensor(len: usize, device: &Device) -> Result<(Tensor<1>, ExternalBuffer), String> {
    let tensor = Tensor::<1>::empty([len], device);
    let buffer = float_buffer(&tensor)?;
    Ok((tensor, buffer))
}

fn buffer(tensor: &CubeTensor) -> Result<ExternalBuffer, String> {
    if !tensor.is_contiguous() {
        return Err("the tensor is not contiguous".to_owned());
    }
    let client = &tensor.client;
    // The memory may have been another tensor's, which a launch still reads that was not submitted.
    client.flush().map_err(|error| error.to_string())?;
    let managed = client
        .get_resource::<WgpuServer<AutoCompiler>>(tensor.handle.clone())
        .map_err(|error| error.to_string())?;
    let resource = managed.resource();
    Ok(ExternalBuffer {
        buffer: resource.buffer.clone(),
        offset: resource.offset,
    })
}
