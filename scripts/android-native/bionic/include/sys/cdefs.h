#pragma once
// Included by name; nothing of it is used.
