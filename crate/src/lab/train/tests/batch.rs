//! Batches on the host.

use crate::data::Split;
use crate::lab::train::batch::Batch;

#[test]
fn shards_are_the_batch_in_order() {
    let split = Split {
        images: (0..40).collect(),
        labels: (0..10).collect(),
    };
    let batch = Batch::gather(&split, &[3, 9, 0, 3, 5, 6], 12);
    assert_eq!(batch.images[..8], [12, 13, 14, 15, 36, 37, 38, 39]);
    assert_eq!(batch.labels, [3, 9, 0, 3, 5, 6]);
    let shards = batch.split(3);
    let firsts: Vec<_> = shards.iter().map(|shard| shard.first).collect();
    assert_eq!(firsts, [12, 14, 16]);
    let labels: Vec<u8> = shards
        .iter()
        .flat_map(|shard| shard.labels.clone())
        .collect();
    let images: Vec<u8> = shards
        .iter()
        .flat_map(|shard| shard.images.clone())
        .collect();
    assert_eq!((labels, images), (batch.labels, batch.images));
}
