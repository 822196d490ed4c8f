//! This program's own words: plain, polite, a sample that nobody issued.

use super::PhraseOf;
use crate::opening::CompanionLine;
use crate::record::{Cause, NoticeKind, OpeningElement};

/// Chinese and English.
pub(super) const fn wording(phrase: PhraseOf) -> (&'static str, &'static str) {
    match phrase {
        PhraseOf::Opening(element) => opening(element),
        PhraseOf::Notice(kind) => notice(kind),
        PhraseOf::Filming => (
            "您可以拍摄。请遵守规定，不要妨碍执法，如实反映情况，不要随意剪辑；国家秘密、商业秘密和他人隐私除外。",
            "You may film. Please keep the rules, do not hinder us, be truthful and do not edit at will; state secrets, business secrets and what is private to others excepted.",
        ),
        PhraseOf::Companion(line) => companion(line),
        PhraseOf::Resuming => (
            "刚才录制中断，原因是{cause}。现在继续录音录像。",
            "Recording broke off a moment ago because {cause}. It now goes on.",
        ),
        PhraseOf::ResumingUnknown => (
            "刚才录制中断，现在继续录音录像。中断的原因是……",
            "Recording broke off a moment ago and now goes on. The reason is……",
        ),
        PhraseOf::Cause(cause) => of_cause(cause),
    }
}

const fn opening(element: OpeningElement) -> (&'static str, &'static str) {
    match element {
        OpeningElement::Time => ("现在是{time}。", "The time is {time}."),
        OpeningElement::Place => ("我们的位置是{place}。", "We are at {place}."),
        OpeningElement::Officers => ("我们是执法人员{officers}。", "We are the officers {officers}."),
        OpeningElement::Matter => ("执法事由是{matter}。", "The matter is {matter}."),
        OpeningElement::Party => ("执法对象是{party}。", "The party is {party}."),
        OpeningElement::Stages => ("需要记录的环节是{stages}。", "What is recorded is {stages}."),
        OpeningElement::Notice => notice(NoticeKind::Recording),
        OpeningElement::NobodyPresent => {
            ("现场没有人，以下过程全程录音录像。", "Nobody is here. All that follows is recorded.")
        }
    }
}

const fn notice(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::Recording => (
            "本次执法全程录音录像，请您知悉并配合。",
            "All of this is recorded in sound and picture. Please be aware of it.",
        ),
        NoticeKind::Latecomers => (
            "提醒刚到的各位：现场正在录音录像，请知悉。",
            "To those who have just come: this is being recorded in sound and picture.",
        ),
        NoticeKind::Secrets => (
            "您可以拍摄，但请不要拍摄国家秘密、商业秘密和他人隐私。",
            "You may film. Please do not film state secrets, business secrets or what is private to others.",
        ),
    }
}

const fn companion(line: CompanionLine) -> (&'static str, &'static str) {
    match line {
        CompanionLine::Certificates => {
            ("这是我们的执法证件，请您查看。", "These are our certificates. Please have a look.")
        }
        CompanionLine::Recusal => (
            "如果您认为我们与本案有直接利害关系，您有权申请我们回避。",
            "If you think that one of us has a direct interest in this case, you may ask for our recusal.",
        ),
        CompanionLine::StatementAndDefence => {
            ("您有权陈述和申辩，请您说明。", "You may make a statement and defend yourself. Please go ahead.")
        }
    }
}

/// Why recording broke off, as it stands within a sentence.
const fn of_cause(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Start => ("未能开始录制", "it could not begin"),
        Cause::Officer => ("由我们停止", "we stopped it"),
        Cause::PhoneCall => ("有来电", "a call came in"),
        Cause::MicrophoneLost => ("麦克风没有声音", "the microphone gave no sound"),
        Cause::CameraLost => ("摄像头没有画面", "the camera gave no picture"),
        Cause::Encoder => ("设备编码故障", "the phone's encoder failed"),
        Cause::DiskFull => ("手机存储已满", "the phone's storage was full"),
        Cause::DiskStalled => ("手机存储过慢", "the phone's storage was too slow"),
        Cause::Heat => ("手机过热", "the phone was too hot"),
        Cause::Battery => ("手机没电", "the battery was empty"),
        Cause::ProcessKilled => ("程序被系统关闭", "the system ended the app"),
        Cause::Reboot => ("手机重启", "the phone was restarted"),
        Cause::Permission => ("录制权限被收回", "the permission to record was taken away"),
        Cause::FormatChange => ("画面格式变化", "the picture's format changed"),
        Cause::Stamps => ("设备时间戳异常", "the phone's time stamps jumped"),
        Cause::Screen => ("屏幕关闭", "the screen went off"),
        Cause::Unknown => ("原因不明", "of something unknown"),
    }
}
