//! The steps of serving a document, as far as 已送达 depends on them. The service module proper is a later issue.

use super::claims::ServiceClaim;
use super::vocabulary::{ServiceMethod, ServiceStep};

/// Which steps were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceSteps(u16);

impl ServiceSteps {
    pub fn contains(self, step: ServiceStep) -> bool {
        self.0 & (1 << step as u16) != 0
    }

    fn insert(&mut self, step: ServiceStep) {
        self.0 |= 1 << step as u16;
    }
}

/// What was done under each method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Serving([Option<ServiceSteps>; ServiceMethod::ALL.len()]);

impl Serving {
    pub(super) fn note(&mut self, method: ServiceMethod, step: ServiceStep) {
        self.0[method as usize].get_or_insert_default().insert(step);
    }

    pub fn steps(&self, method: ServiceMethod) -> ServiceSteps {
        self.0[method as usize].unwrap_or_default()
    }

    /// One claim for each method that was begun, in the order of the methods.
    pub fn claims(&self) -> Vec<ServiceClaim> {
        let begun = ServiceMethod::ALL.iter().filter(|m| self.0[**m as usize].is_some());
        begun.map(|m| ServiceClaim { method: *m, missing: missing(*m, self.steps(*m)) }).collect()
    }
}

/// 直接送达 needs the signature; 留置送达 the refusal, the leaving, and a witness or pictures (民事诉讼法 第八十九条, applied by
/// 行政处罚法 第六十一条); 公告送达 the posting and its pictures; the others the slip or confirmation that came back.
fn missing(method: ServiceMethod, done: ServiceSteps) -> Vec<ServiceStep> {
    use ServiceStep as S;
    let needed: &[ServiceStep] = match method {
        ServiceMethod::Direct => &[S::Handed, S::Signed],
        ServiceMethod::Left if done.contains(S::Witnessed) => &[S::Refused, S::Left, S::Witnessed],
        ServiceMethod::Left => &[S::Refused, S::Left, S::Pictured],
        ServiceMethod::Announced => &[S::PutUp, S::Pictured],
        ServiceMethod::Posted | ServiceMethod::Electronic => &[S::Sent, S::Delivered],
        ServiceMethod::Entrusted | ServiceMethod::Transferred => &[S::Handed, S::Delivered],
    };
    needed.iter().copied().filter(|s| !done.contains(*s)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(method: ServiceMethod, steps: &[ServiceStep]) -> Vec<ServiceStep> {
        let mut serving = Serving::default();
        for step in steps {
            serving.note(method, *step);
        }
        let mut claims = serving.claims();
        assert_eq!(claims.len(), 1);
        claims.remove(0).missing
    }

    #[test]
    fn a_document_left_behind_is_not_served_without_a_witness_or_a_picture() {
        use ServiceStep::*;
        assert_eq!(claim(ServiceMethod::Left, &[Begun, Refused, Left]), [Pictured]);
        assert_eq!(claim(ServiceMethod::Left, &[Begun, Refused, Left, Pictured]), []);
        assert_eq!(claim(ServiceMethod::Left, &[Begun, Refused, Left, Witnessed]), []);
        assert_eq!(claim(ServiceMethod::Left, &[Begun, Left, Pictured]), [Refused]);
    }

    #[test]
    fn no_method_is_effected_by_having_begun() {
        for method in ServiceMethod::ALL {
            assert!(!claim(*method, &[ServiceStep::Begun]).is_empty(), "{}", method.name());
            assert!(!claim(*method, &[ServiceStep::Other]).is_empty(), "{}", method.name());
        }
        assert_eq!(Serving::default().claims(), []);
    }

    #[test]
    fn what_was_done_under_one_method_effects_no_other() {
        let mut serving = Serving::default();
        serving.note(ServiceMethod::Direct, ServiceStep::Handed);
        serving.note(ServiceMethod::Posted, ServiceStep::Sent);
        serving.note(ServiceMethod::Direct, ServiceStep::Signed);
        let effected: Vec<_> = serving.claims().iter().map(|c| (c.method, c.is_effected())).collect();
        assert_eq!(effected, [(ServiceMethod::Direct, true), (ServiceMethod::Posted, false)]);
    }
}
