//! A set of opening elements.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::vocabulary::OpeningElement;

/// Which elements were said; in a journal an array of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OpeningElements(u8);

impl OpeningElements {
    pub const NONE: Self = Self(0);

    pub fn contains(self, element: OpeningElement) -> bool {
        self.0 & bit(element) != 0
    }

    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// In the order of 第十四条.
    pub fn iter(self) -> impl Iterator<Item = OpeningElement> {
        OpeningElement::ALL.iter().copied().filter(move |e| self.contains(*e))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is still to be said: the six elements, and the notice unless nobody is there to be told.
    #[must_use]
    pub fn missing(self) -> Self {
        let said = if self.contains(OpeningElement::NobodyPresent) {
            self.and([OpeningElement::Notice].into_iter().collect())
        } else {
            self.and([OpeningElement::NobodyPresent].into_iter().collect())
        };
        Self(!said.0)
    }
}

fn bit(element: OpeningElement) -> u8 {
    1 << element as u8
}

impl FromIterator<OpeningElement> for OpeningElements {
    fn from_iter<T: IntoIterator<Item = OpeningElement>>(elements: T) -> Self {
        Self(elements.into_iter().fold(0, |set, e| set | bit(e)))
    }
}

impl Serialize for OpeningElements {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for OpeningElements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<OpeningElement>::deserialize(deserializer)?.into_iter().collect())
    }
}
