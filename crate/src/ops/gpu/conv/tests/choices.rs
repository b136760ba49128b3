//! What an adapter chooses.

use super::*;

#[test]
fn every_tile_fits_the_least_limits_or_is_left_out() {
    for tile in GemmTile::ALL {
        assert!(tile.workgroup_size() <= 256, "{tile:?}");
        assert!(tile.memory() <= 16 << 10, "{tile:?}: {}", tile.memory());
    }
    let shape = small([64, 64, 8, 3, 1, 1, 1]);
    for pass in PASSES {
        for choice in candidates(pass, &shape, &Adapter::SOFTWARE) {
            if let Algorithm::ImplicitGemm(tile) = choice.algorithm {
                assert!(tile.workgroup_size() <= 128, "{tile:?}");
            }
        }
    }
}

/// ResNet-20's layers, with a batch of 128: enough threads for a card, and partial sums within their limit.
#[test]
fn a_card_gets_enough_threads_and_bounded_partial_sums() {
    for (channels, size) in [(16, 32), (32, 16), (64, 8)] {
        let shape = ConvShape {
            batch: 128,
            channels,
            size: [size, size],
            filters: channels,
            kernel: [3, 3],
            stride: [1, 1],
            padding: [1, 1],
            groups: 1,
        };
        let choice = choose(Pass::Weights, &shape, &Adapter::CARD);
        assert_ne!(choice.algorithm, Algorithm::Direct);
        let partials = weight_kernel(&shape, &Slices::default(), choice, false);
        assert!(partials.split_k * partials.sums <= MAX_PARTIALS);
        let kernels = [
            partials.kernel,
            forward_kernel(
                &shape,
                &Slices::default(),
                choose(Pass::Forward, &shape, &Adapter::CARD),
                false,
                &Epilogue::default(),
            ),
            input_kernel(
                &shape,
                &Slices::default(),
                choose(Pass::Input, &shape, &Adapter::CARD),
                &Epilogue::default(),
            ),
        ];
        for kernel in kernels {
            let [x, y] = kernel.grid();
            assert!(x * y >= 256, "{channels}: {x} x {y} workgroups");
        }
    }
}
