@echo off
rem Step 9 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "43f0c824af9b477fc99a46fa1b74f9e851d640b904ab95fa7c73c763283638d6"}|| exit /b 1
