// Which taps of a window lie inside, as bits: tap t reads `start` + t of `size`.
fn taps_inside(start: i32, size: u32, taps: u32) -> u32 {
    let first = u32(clamp(-start, 0, i32(taps)));
    let end = u32(clamp(i32(size) - start, 0, i32(taps)));
    return ((1u << end) - 1u) & ~((1u << first) - 1u);
}

// The same where tap t reads `start` - t.
fn taps_inside_backwards(start: i32, size: u32, taps: u32) -> u32 {
    let first = u32(clamp(start - i32(size) + 1, 0, i32(taps)));
    let end = u32(clamp(start + 1, 0, i32(taps)));
    return ((1u << end) - 1u) & ~((1u << first) - 1u);
}

// The bits of rows and columns in one number: those of the columns stand above COLUMN_BITS. A tap is inside where both its bits are.
const COLUMN_BITS: u32 = 16u;

fn tap_bits(row: u32, column: u32) -> u32 {
    return (1u << row) | (1u << (COLUMN_BITS + column));
}
