//! Stacks: their text, their shapes, and what is said of those that are wrong.

use proptest::prelude::*;

use super::*;

const IMAGE: [usize; 3] = [1, 28, 28];
const LENET5: &str = "conv6x5p2,relu,max2,conv16x5,relu,max2,fc120,relu,fc84,relu";

fn parse(text: &str) -> Stack {
    Stack::parse(text).unwrap()
}

fn error(text: &str) -> String {
    Stack::parse(text).unwrap_err().to_string()
}

fn misfit(text: &str) -> String {
    parse(text)
        .try_infer_shapes(IMAGE, 10)
        .unwrap_err()
        .to_string()
}

/// The output shape of each layer, those inside blocks included.
fn shapes(text: &str, image: [usize; 3]) -> Vec<String> {
    fn collect(layers: &[ShapedLayer], shapes: &mut Vec<String>) {
        for layer in layers {
            shapes.push(layer.output.to_string());
            collect(&layer.inner, shapes);
        }
    }
    let mut shapes = Vec::new();
    collect(
        &parse(text).try_infer_shapes(image, 10).unwrap(),
        &mut shapes,
    );
    shapes
}

#[test]
fn every_kind_is_declared_once_and_its_example_is_parsed() {
    for spec in LAYER_KINDS {
        assert_eq!(spec.kind.spec().name, spec.name);
        assert_eq!(LayerKind::from_name(spec.name), Some(spec.kind));
        let stack = parse(spec.example);
        assert_eq!(stack.layers[0].kind, spec.kind);
        assert_eq!(stack.to_string(), spec.example);
        // A stack starts on an image, so only what follows the first number may have a letter.
        for (index, argument) in spec.arguments.iter().enumerate() {
            assert_eq!(argument.letter.is_empty(), index == 0, "{}", spec.name);
        }
    }
}

#[test]
fn what_may_be_left_out_is_left_out() {
    for (text, canonical) in [
        ("conv6x5p0s1g1", "conv6x5"),
        ("conv6x5g2s3p1", "conv6x5p1s3g2"),
        ("max2s2", "max2"),
        ("max3s2", "max3s2"),
        ("drop0.50", "drop0.5"),
        ("drop0", "drop0"),
        (
            " conv06x5 , relu ,res( relu , tanh )",
            "conv6x5,relu,res(relu,tanh)",
        ),
        ("", ""),
        ("  ", ""),
    ] {
        assert_eq!(parse(text).to_string(), canonical);
    }
    assert!(Stack::parse("avg2p").is_err());
}

#[test]
fn shapes_after_each_layer() {
    assert_eq!(
        shapes(LENET5, IMAGE),
        [
            "6×28×28",
            "6×28×28",
            "6×14×14",
            "16×10×10",
            "16×10×10",
            "16×5×5",
            "120 units",
            "120 units",
            "84 units",
            "84 units"
        ]
    );
    assert_eq!(
        shapes(
            "conv8x3p1s2g2,norm,res(conv8x3p1,res(drop0.25),tanh),avg3s2,max3p1s2,gap,sigmoid",
            [4, 32, 32]
        ),
        [
            "8×16×16",
            "8×16×16",
            "8×16×16",
            "8×16×16",
            "8×16×16",
            "8×16×16",
            "8×16×16",
            "8×7×7",
            "8×4×4",
            "8 units",
            "8 units"
        ]
    );
    // No layers at all: the classes straight from the pixels.
    assert!(shapes("", IMAGE).is_empty());
}

#[test]
fn a_layer_right_before_a_normalization_has_no_bias() {
    let layers = parse("conv6x5,norm,fc10,relu")
        .try_infer_shapes(IMAGE, 10)
        .unwrap();
    let bias: Vec<_> = layers.iter().map(|layer| layer.bias).collect();
    assert_eq!(bias, [false, true, true, true]);
}

#[test]
fn text_that_is_no_stack_is_told_by_layer() {
    for (text, sentence) in [
        (
            "conv6x5,rleu",
            "Layer 2, rleu, is no layer that is known here: there are conv, max, avg, gap, fc, relu, tanh, sigmoid, norm, drop, res.",
        ),
        (
            "conv6x5,,relu",
            "Layer 2 is empty: there is a comma too many, or a layer is missing.",
        ),
        (
            "relu,",
            "Layer 2 is empty: there is a comma too many, or a layer is missing.",
        ),
        (
            "conv6",
            "Layer 1, conv6, lacks a number, Kernel: it is written like conv16x3p1.",
        ),
        (
            "fc",
            "Layer 1, fc, lacks a number, Units: it is written like fc120.",
        ),
        (
            "max2q3",
            "Layer 1, max2q3, has something in it, \"q3\", that means nothing there: it is written like max2, with p (padding) and s (stride) where they are wanted.",
        ),
        (
            "conv6x5p",
            "Layer 1, conv6x5p, has something in it, \"p\", that means nothing there: it is written like conv16x3p1, with p (padding), s (stride) and g (groups) where they are wanted.",
        ),
        (
            "relu6",
            "Layer 1, relu6, has something in it, \"6\", that means nothing there: it is written relu, without numbers.",
        ),
        (
            "conv6x5p1p1",
            "Layer 1, conv6x5p1p1, has Padding twice, so it does not say which one is meant.",
        ),
        (
            "fc0",
            "Layer 1, fc0, has 0 for Units, which has to be a whole number from 1 to 65536.",
        ),
        (
            "fc99999999999",
            "Layer 1, fc99999999999, has 99999999999 for Units, which has to be a whole number from 1 to 65536.",
        ),
        (
            "drop1",
            "Layer 1, drop1, has 1 for Rate, which has to be a number with at most three decimals from 0 to 0.95.",
        ),
        (
            "drop0.1234",
            "Layer 1, drop0.1234, has 0.1234 for Rate, which has to be a number with at most three decimals from 0 to 0.95.",
        ),
        (
            "conv6x3p3",
            "Layer 1, conv6x3p3, has a padding of 3, but with a window of 3 it may be 2 at most.",
        ),
        (
            "max3p2",
            "Layer 1, max3p2, has a padding of 2, but with a window of 3 it may be 1 at most.",
        ),
        (
            "relu,res(relu",
            "Layer 2, res(…), is a residual block that is not closed: a \")\" is missing, so the stack ends inside it and gives no class scores.",
        ),
        (
            "res(",
            "Layer 1, res(…), is a residual block that is not closed: a \")\" is missing, so the stack ends inside it and gives no class scores.",
        ),
        (
            "relu,tanh)",
            "Layer 2 ends with a \")\" that closes nothing: there is no \"res(\" before it.",
        ),
        (
            "fc84(relu)",
            "Layer 1, fc84, has brackets, but only a residual block, res(…), holds layers.",
        ),
        (
            "res,relu",
            "Layer 1, res, lacks its layers: a residual block is written like res(conv16x3p1,relu).",
        ),
        (
            "res()",
            "Layer 1, res(…), lacks its layers: a residual block is written like res(conv16x3p1,relu).",
        ),
        (
            "res(relu)relu",
            "Layer 1, res(…), has \"relu\" right behind its \")\", where a comma or the end has to be.",
        ),
        (
            "🔥",
            "Layer 1, 🔥, is no layer that is known here: there are conv, max, avg, gap, fc, relu, tanh, sigmoid, norm, drop, res.",
        ),
    ] {
        assert_eq!(error(text), sentence);
    }
}

#[test]
fn too_much_of_it_is_refused() {
    assert_eq!(
        error(&["relu"; 10_000].join(",")),
        "The stack has 49999 characters, but at most 1400 fit into a link beside all else."
    );
    assert_eq!(parse(&["gap"; 200].join(",")).len(), 200);
    assert_eq!(
        error(&["gap"; 201].join(",")),
        "The stack has more than 200 layers, which is the most that it may have."
    );
    let nested = |depth: usize| format!("{}relu{}", "res(".repeat(depth), ")".repeat(depth));
    assert_eq!(parse(&nested(8)).len(), 9);
    assert_eq!(
        error(&nested(9)),
        "Layer 10, relu, stands in more than 8 residual blocks, one in the other, which is the most that it may."
    );
}

#[test]
fn what_does_not_fit_is_told_by_layer_with_what_came_in_and_what_it_needs() {
    for (text, sentence) in [
        (
            "conv6x5,max2,max2,max2,conv16x5",
            "Layer 5, conv16x5, needs at least 5×5 pixels, but gets 6×3×3.",
        ),
        (
            "max16,max3p1,conv4x5p1",
            "Layer 3, conv4x5p1, needs at least 3×3 pixels, but gets 1×1×1 (and 1 of padding on each side).",
        ),
        (
            "fc120,conv6x5",
            "Layer 2, conv6x5, needs an image, but gets 120 units: it has to stand before the first fc or gap.",
        ),
        (
            "gap,max2",
            "Layer 2, max2, needs an image, but gets 1 unit: it has to stand before the first fc or gap.",
        ),
        (
            "conv6x5g3",
            "Layer 1, conv6x5g3, has 3 groups, which do not divide the number of channels that come in, 1.",
        ),
        (
            "conv6x5,conv16x5g3",
            "Layer 2, conv16x5g3, has 3 groups, which do not divide the number of filters, 16.",
        ),
        (
            "conv8x3p1,res(conv8x3p1,relu,max2),fc10",
            "Layer 2, res(conv8x3p1,relu,max2), is a residual block that 8×28×28 go into and 8×14×14 come out of: both are added, so its layers have to keep the shape.",
        ),
        (
            "relu,res(tanh,res(fc784))",
            "Layer 4, res(fc784), is a residual block that 1×28×28 go into and 784 units come out of: both are added, so its layers have to keep the shape.",
        ),
        (
            "res(relu,conv6x64),relu",
            "Layer 3, conv6x64, needs at least 64×64 pixels, but gets 1×28×28.",
        ),
        (
            "conv4096x3p1,conv4096x64p63",
            "Layer 2, conv4096x64p63, would hold more than 1000 million numbers (weights), which no tab can compute with.",
        ),
        (
            "conv4096x1,fc65536",
            "Layer 2, fc65536, would hold more than 1000 million numbers (weights), which no tab can compute with.",
        ),
        (
            "fc15000,fc15000,fc15000,fc15000,fc15000,fc15000",
            "The stack would hold more than 1000 million numbers (weights), which no tab can compute with.",
        ),
    ] {
        assert_eq!(misfit(text), sentence);
    }
}

#[test]
fn layers_before_a_misfit_have_their_shapes() {
    let (layers, error) = parse("conv6x5,res(relu,max2),fc10").infer_shapes(IMAGE, 10);
    assert_eq!(error.unwrap().layer, 2);
    assert_eq!(layers.len(), 2);
    assert_eq!(layers[1].inner.len(), 2);
}

/// A layer's text, right in itself.
fn layer() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (1..=4096u32, 1..=9u32, 0..=8u32, 1..=4u32, 1..=8u32)
            .prop_map(|(f, k, p, s, g)| { format!("conv{f}x{k}p{}s{s}g{g}", p.min(k - 1)) }),
        (1..=9u32, 0..=4u32, 1..=9u32).prop_map(|(w, p, s)| format!("max{w}p{}s{s}", p.min(w / 2))),
        (1..=9u32, 1..=9u32).prop_map(|(w, s)| format!("avg{w}s{s}")),
        (1..=65_536u32).prop_map(|units| format!("fc{units}")),
        (0..=950u32).prop_map(|rate| format!("drop{}", f64::from(rate) / 1000.0)),
        prop::sample::select(vec!["gap", "relu", "tanh", "sigmoid", "norm"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 12, 4, |inner| {
        prop::collection::vec(inner, 1..4).prop_map(|layers| format!("res({})", layers.join(",")))
    })
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,200}") {
        if let Ok(stack) = Stack::parse(&text) {
            prop_assert_eq!(parse(&stack.to_string()), stack);
        }
    }

    #[test]
    fn any_of_its_own_characters_are_parsed_or_refused(text in "[convmaxdropres0-9.,()]{0,60}") {
        if let Ok(stack) = Stack::parse(&text) {
            prop_assert_eq!(parse(&stack.to_string()), stack);
        }
    }

    #[test]
    fn a_stack_is_printed_back_the_same(layers in prop::collection::vec(layer(), 0..8)) {
        let text = layers.join(",");
        prop_assume!(text.len() <= MAX_TEXT);
        let stack = parse(&text);
        let printed = stack.to_string();
        prop_assert!(printed.len() <= text.len());
        prop_assert_eq!(&parse(&printed), &stack);
        prop_assert_eq!(parse(&printed).to_string(), printed);
        // It fits or it does not, and nothing overflows.
        let (layers, error) = stack.infer_shapes([3, 32, 32], 10);
        prop_assert_eq!(error.is_none(), stack.try_infer_shapes([3, 32, 32], 10).is_ok());
        prop_assert!(layers.len() <= stack.layers.len());
    }
}
