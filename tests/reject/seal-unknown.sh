# SPDX-License-Identifier: ISC
# Names of no sealed value: misspelt, frozen, and one that could be sealed.
set -- seal-unknown
. tests/reject/seal.subr
seal --set front.wrod=oh --set front.height=3 --set front.width=4 \
	--set back.key=3 --set-file front.kye=/dev/null
