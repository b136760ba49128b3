// Whether a number is NaN, by its bits: compilers may assume that there is none, and take `value != value` for false.
fn is_nan(value: f32) -> bool {
    return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}

