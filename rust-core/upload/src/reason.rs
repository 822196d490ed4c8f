//! Why something waits, and what frees it: one table, Chinese and English.

macro_rules! waits {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $frees:ident, $zh:literal, $zh_remedy:literal, $en:literal, $en_remedy:literal;)*) => {
        /// Why something has not reached the agency.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Waits {
            $($(#[$doc])* $variant,)*
        }

        impl Waits {
            pub const ALL: &[Waits] = &[$(Waits::$variant),*];

            /// The word in the queue and in `--json`.
            pub const fn word(self) -> &'static str {
                match self { $(Waits::$variant => $word),* }
            }

            pub const fn freed_by(self) -> FreedBy {
                match self { $(Waits::$variant => FreedBy::$frees),* }
            }

            /// Why, in Chinese and English.
            pub const fn said(self) -> (&'static str, &'static str) {
                match self { $(Waits::$variant => ($zh, $en)),* }
            }

            /// What frees it, in Chinese and English.
            pub const fn remedy(self) -> (&'static str, &'static str) {
                match self { $(Waits::$variant => ($zh_remedy, $en_remedy)),* }
            }

            /// The reason of a word; `None` for one of a later program.
            pub fn parse(word: &str) -> Option<Waits> {
                Waits::ALL.iter().copied().find(|waits| waits.word() == word)
            }
        }
    };
}

/// Who or what frees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FreedBy {
    /// It is tried again by itself.
    Time,
    /// Another network, or a yes.
    Network,
    /// Somebody has to do something first.
    Person,
}

waits! {
    Queued = "queued", Time, "排队中", "轮到即传", "in the queue", "goes when its turn comes";
    Recording = "recording", Time, "正在录制", "录制结束后自动继续", "a record is being made", "goes on by itself when it has ended";
    NotEnrolled = "not_enrolled", Person, "本机尚未登记", "用单位给的登记码登记", "this phone is not enrolled", "enrol with a code of the unit";
    NoNetwork = "no_network", Network, "没有网络", "接入网络或到本单位指定的储存器交存", "no network", "connect, or hand over at the designated storage";
    NeedsFreeNetwork = "needs_free_network", Network, "影像较大，按流量计费的网络不自动传", "接入免费网络，或同意所示流量", "too large for a network that is paid for", "a network that is free, or a yes to the stated size";
    AgencyUnreachable = "agency_unreachable", Time, "连不上机关系统", "稍后自动重试", "the agency does not answer", "tried again by itself";
    AgencyBusy = "agency_busy", Time, "机关系统繁忙", "稍后自动重试", "the agency is busy", "tried again by itself";
    AgencyFull = "agency_full", Time, "机关存储已满", "请告知单位管理员；稍后自动重试", "the agency's storage is full", "tell the unit's administrator; tried again by itself";
    AgencyFailed = "agency_failed", Time, "机关系统出错", "稍后自动重试", "the agency made a mistake", "tried again by itself";
    CutOff = "cut_off", Time, "传输中断", "从中断处自动续传", "the transfer was cut", "goes on from there by itself";
    DamagedOnTheWay = "damaged_on_the_way", Time, "途中受损，已重新开始", "自动重传", "damaged on the way, begun anew", "sent again by itself";
    BegunAnew = "begun_anew", Time, "机关系统没有这份记录，已重新开始", "自动重传", "the agency does not hold the record, begun anew", "sent again by itself";
    ReceiptPending = "receipt_pending", Time, "已全部传到，等待机关核验并出具回执", "自动查询", "all of it is there, the receipt is not issued yet", "asked for by itself";
    RecordIncomplete = "record_incomplete", Time, "机关尚缺这份记录的部分内容", "见这份记录的其余各项；自动查询", "the agency lacks some of the record", "see what else waits of it; asked for by itself";
    ClockOff = "clock_off", Time, "会话未被接受", "自动重试", "the session was not accepted", "tried again by itself";
    AgencyNotAuthentic = "agency_not_authentic", Person, "对方不能证明是本机关，已停止传输", "核对网络和地址，告知单位管理员", "the other side is not proved to be the agency", "check network and address, tell the administrator";
    DeviceRevoked = "device_revoked", Person, "本机已被注销", "联系单位管理员；记录仍在本机", "this device was revoked", "ask the administrator; the records stay here";
    DeviceUnknown = "device_unknown", Person, "机关系统不认识本机", "重新登记", "the agency does not know this device", "enrol again";
    AgencyRefusesDevice = "agency_refuses_device", Person, "机关系统不接受本机的签名或所持钥匙", "联系单位管理员", "the agency refuses this device's signature or keys", "ask the unit's administrator";
    LinesContradict = "lines_contradict", Person, "机关已有另一份不同的日志", "联系单位管理员；两份都会保留", "the agency holds other lines under these numbers", "ask the unit's administrator; both are kept";
    LinesRefused = "lines_refused", Person, "日志未通过机关核验", "导出证据包并联系单位管理员", "the lines do not prove themselves to the agency", "export a bundle and ask the unit's administrator";
    PrivateContradicts = "private_contradicts", Person, "机关已有不同的不公开内容", "联系单位管理员", "the agency holds other private values", "ask the unit's administrator";
    FileDamaged = "file_damaged", Person, "本机文件读不出或与日志不符", "不要清除本机数据，联系单位管理员", "the file cannot be read, or is not as its line says", "keep the phone as it is, ask the unit's administrator";
    FileLost = "file_lost", Person, "日志提到的文件不在本机", "联系单位管理员", "a file that a line names is not on this phone", "ask the unit's administrator";
    FileRefused = "file_refused", Person, "机关不接受这个文件的大小", "到本单位指定的储存器交存", "the agency does not take a file of this size", "hand over at the designated storage";
    ReceiptNotValid = "receipt_not_valid", Person, "回执未通过核验，未清除任何内容", "联系单位管理员", "the receipt does not hold: nothing is purged", "ask the unit's administrator";
    PurgeFailed = "purge_failed", Time, "回执有效，本机空间尚未释放", "自动重试", "the receipt holds, the phone could not free its space", "tried again by itself";
    /// Marked as holding a state secret (国家秘密): nothing of it goes over a network (第十八条).
    StateSecret = "state_secret", Person, "已标记涉及国家秘密，已停止上传", "按保密规定处理，联系单位保密人员", "marked as a state secret: its upload is stopped", "ask the unit's secrecy officer";
    ProgramsDiffer = "programs_differ", Person, "本机程序与机关系统版本不合", "更新程序", "this program and the agency's do not fit", "update the program";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_word_that_the_queue_can_keep() {
        let words: std::collections::BTreeSet<_> = Waits::ALL.iter().map(|waits| waits.word()).collect();
        assert_eq!(words.len(), Waits::ALL.len());
        for waits in Waits::ALL {
            assert!((1..=40).contains(&waits.word().len()));
            assert_eq!(Waits::parse(waits.word()), Some(*waits));
        }
    }
}
