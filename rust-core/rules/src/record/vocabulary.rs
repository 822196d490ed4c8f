//! The words in which a record says what happened; the same as in `proto/evidence/v1/entries.schema.json`.

use crate::words::words;

words! {
    /// How a record was opened.
    pub enum Started {
        Button = "button", "按键开始";
        Emergency = "emergency", "紧急开始";
        Key = "key", "实体键";
        Tile = "tile", "快捷面板";
        Shortcut = "shortcut", "快捷方式";
        Feeder = "feeder", "文件输入";
    }
}

words! {
    /// Upon whom enforcement acts (行政相对人).
    pub enum Party {
        Named = "named", "已知";
        ToBeEstablished = "to_be_established", "待查明";
        NobodyPresent = "nobody_present", "现场无人";
    }
}

words! {
    /// How a record belongs to an activity (执法活动).
    pub enum ActivityChange {
        Began = "began", "开始";
        Joined = "joined", "加入";
        HandedOver = "handed_over", "交接";
    }
}

words! {
    /// Why a take began or ended, as measured. Whether a cause was objective (客观原因) is decided by no software.
    pub enum Cause {
        Start = "start", "开始";
        /// Stopped by hand.
        Officer = "officer", "执法人员停止";
        PhoneCall = "phone_call", "来电";
        MicrophoneLost = "microphone_lost", "麦克风中断";
        CameraLost = "camera_lost", "摄像头中断";
        Encoder = "encoder", "编码器故障";
        DiskFull = "disk_full", "存储已满";
        DiskStalled = "disk_stalled", "存储停滞";
        Heat = "heat", "过热";
        Battery = "battery", "电量耗尽";
        ProcessKilled = "process_killed", "程序被终止";
        Reboot = "reboot", "设备重启";
        Permission = "permission", "权限被收回";
        FormatChange = "format_change", "格式变化";
        Stamps = "stamps", "时间戳异常";
        Screen = "screen", "屏幕关闭";
        Unknown = "unknown", "原因不明";
    }
}

words! {
    /// A track of the recording.
    pub enum Track {
        Video = "video", "画面";
        Audio = "audio", "声音";
    }
}

words! {
    /// What the opening statement says (语音说明, 第十四条第一款): six elements, and the notice or that nobody is there to be told.
    pub enum OpeningElement {
        Time = "time", "时间";
        Place = "place", "地点";
        Officers = "officers", "执法人员";
        Matter = "matter", "执法事由";
        Party = "party", "执法对象";
        Stages = "stages", "需要记录的执法环节";
        Notice = "notice", "告知正在进行音像记录";
        NobodyPresent = "nobody_present", "现场无人";
    }
}

words! {
    /// Speech as measured over a passage. Whether the words were true or understood is decided by no software.
    pub enum Speech {
        Detected = "detected", "检测到语音";
        Short = "short", "语音偏短";
        NotDetected = "not_detected", "未检测到语音";
        NotMeasured = "not_measured", "未测量";
    }
}

words! {
    /// Whether the officer confirmed a passage: once, by key or tap, then or later.
    pub enum Confirmed {
        Now = "now", "当时确认";
        LookingBack = "looking_back", "回看确认";
        No = "no", "未确认";
    }
}

words! {
    /// How words reached those present; screen and interpreter for other languages and deaf persons.
    pub enum Means {
        Spoken = "spoken", "语音";
        Interpreted = "interpreted", "翻译";
        Shown = "shown", "屏幕出示";
    }
}

words! {
    /// Why no opening statement is made here, or not yet.
    pub enum Excuse {
        /// 先处置后说明: postponed, still owed.
        ActFirst = "act_first", "先处置后说明";
        /// Another record of the same activity holds it.
        CoveredByActivity = "covered_by_activity", "同一执法活动已说明";
        /// It was not made, and the officer gives the reason in writing; it stays an exception in the record.
        Explained = "explained", "未作说明，已说明理由";
    }
}

words! {
    /// How the reason for an interruption was given.
    pub enum ReasonMeans {
        Spoken = "spoken", "语音";
        Preset = "preset", "预设";
    }
}

words! {
    /// What those present were told.
    pub enum NoticeKind {
        Recording = "recording", "正在进行音像记录";
        Latecomers = "latecomers", "向后到人员重复告知";
        Secrets = "secrets", "请勿拍摄涉密和隐私内容";
    }
}

words! {
    /// Filming by the party or others (第十六条). Nobody is told that filming is forbidden.
    pub enum FilmingStep {
        SomeoneFilms = "someone_films", "有人拍摄";
        Told = "told", "已告知四项要求";
        ToldSecrets = "told_secrets", "已请勿拍摄涉密和隐私";
        /// It was not said, and the officer gives the reason; it stays an exception in the record.
        Explained = "explained", "未告知，已说明理由";
    }
}

words! {
    /// What a passage must not be shown for (第十六条第二款、第十八条第二款).
    pub enum Secrecy {
        /// Does not belong on this phone: the mark stops upload and alerts.
        StateSecret = "state_secret", "国家秘密";
        BusinessSecret = "business_secret", "商业秘密";
        Privacy = "privacy", "个人隐私";
        Minor = "minor", "未成年人在场";
    }
}

words! {
    /// How a document is served (送达方式).
    pub enum ServiceMethod {
        Direct = "direct", "直接送达";
        Left = "left", "留置送达";
        Entrusted = "entrusted", "委托送达";
        Posted = "posted", "邮寄送达";
        Announced = "announced", "公告送达";
        Electronic = "electronic", "电子送达";
        Transferred = "transferred", "转交送达";
    }
}

words! {
    /// A step of serving a document.
    pub enum ServiceStep {
        Begun = "begun", "开始送达";
        Handed = "handed", "交付文书";
        Signed = "signed", "签收";
        Refused = "refused", "拒收";
        Witnessed = "witnessed", "见证人在场";
        Left = "left", "留置文书";
        PutUp = "put_up", "张贴公告";
        /// Photos before, during and after, wide and close, or a recording of it.
        Pictured = "pictured", "拍照录像";
        Sent = "sent", "寄出或发出";
        /// A signed slip, tracking result or system confirmation came back.
        Delivered = "delivered", "送达回证或签收凭证";
        /// A step this edition has no word for; taken, and counted for nothing.
        Other = "other", "其他";
    }
}

words! {
    /// Obstruction (第二十三条). Filming or arguing is none.
    pub enum Obstruction {
        Violence = "violence", "暴力";
        Threat = "threat", "胁迫";
        Other = "other", "其他";
    }
}

words! {
    /// How the capture came to its end.
    pub enum EndedHow {
        Officer = "officer", "执法人员结束";
        /// Written by the recovery: the recording never went on.
        CutForGood = "cut_for_good", "中断后未能恢复";
        HandedOver = "handed_over", "交接给其他设备";
    }
}

words! {
    /// What was owed, or not running, when something at the scene was taken. The thing is taken all the same.
    pub enum Flag {
        BeforeOpening = "before_opening", "说明之前";
        BeforeResumeReason = "before_resume_reason", "说明中止原因之前";
        NotRecording = "not_recording", "未在录制";
        AfterEnd = "after_end", "结束之后";
        LookingBack = "looking_back", "回看补记";
    }
}
