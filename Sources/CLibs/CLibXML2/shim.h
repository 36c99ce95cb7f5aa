#pragma once
// Debian builds libxml2 with ICU, whose header clashes with Foundation's own copy; nothing here needs it.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlwriter.h>

// xmlFree is a mutable global function pointer, which Swift 6 refuses to read.
static inline void muster_xml_free(void *pointer) { if (pointer) xmlFree(pointer); }
