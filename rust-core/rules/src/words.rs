//! One way to define a closed vocabulary, so that a word is the same in Rust, in JSON and on a lawyer's page.

/// An enum whose variants have a snake_case name (in journals, JSON and command lines) and a Chinese term.
macro_rules! words {
    ($(#[$outer:meta])* pub enum $Name:ident { $($(#[$inner:meta])* $Variant:ident = $name:literal, $zh:literal;)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            $($(#[$inner])* #[serde(rename = $name)] $Variant,)+
        }

        impl $Name {
            /// Every word, in the order of the law or of the scene.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The word in journals, JSON and command lines.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name),+ }
            }

            /// The term a Chinese lawyer reads.
            pub fn zh(self) -> &'static str {
                match self { $(Self::$Variant => $zh),+ }
            }

            /// The word of that name; `None` when there is none.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$Variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use words;
