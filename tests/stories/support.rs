//! What the stories stand on: processes of the agency and the phone, started and stopped.
