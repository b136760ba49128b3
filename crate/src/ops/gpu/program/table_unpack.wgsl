// Puts the gaps into a vector: the reverse of table_pack.wgsl.

@group(0) @binding(0) var<storage> table: array<u32, TABLE>;
@group(0) @binding(1) var<storage> packed: array<f32, PACKED>;
@group(0) @binding(2) var<storage, read_write> aligned: array<f32, ALIGNED>;

fn workgroup_main(workgroup: u32, local: u32) {
    let entry = workgroup * 3u;
    if (local < table[entry + 2u]) {
        aligned[min(table[entry] + local, ALIGNED - 1u)] = packed[min(table[entry + 1u] + local, PACKED - 1u)];
    }
}
