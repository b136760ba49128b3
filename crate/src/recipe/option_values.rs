//! The options of a recipe's network and of its data set.

use super::value::FieldValue;

/// The options' values that are not the default, by their keys, in alphabetical order. There are only a few.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct OptionValues(Vec<(&'static str, FieldValue)>);

impl OptionValues {
    pub fn get(&self, key: &str) -> Option<&FieldValue> {
        let entry = self.0.iter().find(|entry| entry.0 == key);
        entry.map(|entry| &entry.1)
    }

    pub fn insert(&mut self, key: &'static str, value: FieldValue) {
        self.remove(key);
        let index = self.0.iter().take_while(|entry| entry.0 < key).count();
        self.0.insert(index, (key, value));
    }

    pub fn remove(&mut self, key: &str) {
        self.0.retain(|entry| entry.0 != key);
    }
}
