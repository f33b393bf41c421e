@echo off
rem Step 9 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "e3c21eea1a53cbcbe4f5717c8fe35ad39c0e6c566fb463edcc7a6f6c333897ed"}|| exit /b 1
