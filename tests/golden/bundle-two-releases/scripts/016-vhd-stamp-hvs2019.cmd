@echo off
rem Step 16 of 33: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "two-releases", "identity": "9b2c289a-01b3-570b-993a-d74c2476be8f", "plan": "c72018d214980bd69a7097215bc4c856c6dab27037aed3ab609a75bb9180f79d"}|| exit /b 1
