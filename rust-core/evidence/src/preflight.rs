//! The words of a check (第十三条) in the format and in the rules, which have the same names: which word is which stands here and nowhere else.

use quanji_rules::{Delivery, LocationState};

use crate::body::{Delivering, Location, Temperature};

impl From<Delivering> for Delivery {
    fn from(delivering: Delivering) -> Delivery {
        match delivering {
            Delivering::Delivering => Delivery::Delivering,
            Delivering::Absent => Delivery::Absent,
            Delivering::Failed => Delivery::Failed,
        }
    }
}

impl From<Delivery> for Delivering {
    fn from(delivery: Delivery) -> Delivering {
        match delivery {
            Delivery::Delivering => Delivering::Delivering,
            Delivery::Absent => Delivering::Absent,
            Delivery::Failed => Delivering::Failed,
        }
    }
}

impl From<Location> for LocationState {
    fn from(location: Location) -> LocationState {
        match location {
            Location::Fix => LocationState::Fix,
            Location::None => LocationState::None,
            Location::Denied => LocationState::Denied,
        }
    }
}

impl From<Temperature> for quanji_rules::Temperature {
    fn from(temperature: Temperature) -> quanji_rules::Temperature {
        match temperature {
            Temperature::Normal => quanji_rules::Temperature::Normal,
            Temperature::Warm => quanji_rules::Temperature::Warm,
            Temperature::Hot => quanji_rules::Temperature::Hot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it stands in a line.
    fn written<T: serde::Serialize>(value: T) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn a_word_of_a_check_is_the_same_word_in_the_format_and_in_the_rules() {
        for delivering in [Delivering::Delivering, Delivering::Absent, Delivering::Failed] {
            let delivery = Delivery::from(delivering);
            assert_eq!(written(delivering), delivery.name());
            assert_eq!(Delivering::from(delivery), delivering);
        }
        for location in [Location::Fix, Location::None, Location::Denied] {
            assert_eq!(written(location), LocationState::from(location).name());
        }
        for temperature in [Temperature::Normal, Temperature::Warm, Temperature::Hot] {
            assert_eq!(written(temperature), quanji_rules::Temperature::from(temperature).name());
        }
    }
}
