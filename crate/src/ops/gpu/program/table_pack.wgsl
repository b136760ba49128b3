// Takes the gaps out of a vector. Each workgroup takes an entry of the table: where a block starts in the aligned vector, where in
// the one without gaps, and how many numbers it has.

@group(0) @binding(0) var<storage> table: array<u32, TABLE>;
@group(0) @binding(1) var<storage> aligned: array<f32, ALIGNED>;
@group(0) @binding(2) var<storage, read_write> packed: array<f32, PACKED>;

fn workgroup_main(workgroup: u32, local: u32) {
    let entry = workgroup * 3u;
    if (local < table[entry + 2u]) {
        packed[min(table[entry + 1u] + local, PACKED - 1u)] = aligned[min(table[entry] + local, ALIGNED - 1u)];
    }
}
