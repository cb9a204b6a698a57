#include <a.h> /* b */
#define X(a) a ## 1 \
  "c\"d"
int f(void) { return 0x1p-3 + L'x' // e
; }
