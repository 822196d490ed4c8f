//! The columns of a catalog as a table: the ten that agencies use, in their order, and behind them what those have no place for.

use crate::words::words;

words! {
    /// A column, by its name in the JSON and its heading.
    pub enum Column {
        Number = "number", "序号";
        Category = "category", "执法类别";
        Name = "name", "执法事项";
        Stages = "stages", "记录环节";
        Method = "method", "记录方式";
        Starts = "starts", "记录开始时间";
        Content = "content", "记录内容";
        Ends = "ends", "记录结束时间";
        Retention = "retention", "存储期限";
        Remarks = "remarks", "备注";
        Code = "code", "事项编码";
        Sector = "sector", "执法领域";
        Requirement = "requirement", "记录要求";
        Officers = "officers", "执法人数";
        Place = "place", "记录地点";
        Phrases = "phrases", "执法用语";
        CompanionLines = "companion_lines", "同行用语";
        Documents = "documents", "文书种类";
        Credentials = "credentials", "检查凭证";
    }
}

impl Column {
    /// The ten columns of the usual form.
    pub const USUAL: &'static [Column] = {
        let (usual, _) = Column::ALL.split_at(10);
        usual
    };
}
