//! The layers at the ends of a network, whose shapes follow from the data.

use super::builder::Graph;
use super::freeze::layer_of;
use super::op::Op;

impl Graph {
    /// The first layer with parameters that sees the image; `None` for a network without parameters.
    pub fn first_layer(&self) -> Option<&str> {
        let mut sees_image = vec![true];
        for node in &self.nodes {
            let sees = node.inputs.iter().any(|input| sees_image[*input]);
            if sees && !node.parameters.is_empty() {
                return Some(self.layer_at(node.parameters.start));
            }
            sees_image.push(sees);
        }
        None
    }

    /// The layers that give the classes: the one before the logits, and those of auxiliary heads.
    pub fn class_layers(&self) -> Vec<&str> {
        let heads = self.nodes.iter().enumerate();
        let heads = heads.filter(|(_, node)| matches!(node.op, Op::AuxiliaryHead { .. }));
        let mut values = vec![self.logits];
        values.extend(heads.map(|(index, _)| index + 1));
        let layers = values
            .into_iter()
            .filter_map(|value| self.layer_before(value));
        layers.collect()
    }

    /// The layer with parameters that a value comes from, with nothing but operations without parameters between.
    fn layer_before(&self, value: usize) -> Option<&str> {
        let mut value = value;
        loop {
            let node = self.nodes.get(value.checked_sub(1)?)?;
            if !node.parameters.is_empty() {
                return Some(self.layer_at(node.parameters.start));
            }
            value = *node.inputs.first()?;
        }
    }

    fn layer_at(&self, parameter: usize) -> &str {
        layer_of(&self.parameters[parameter].name)
    }
}
