@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "aafc3f09da764acd3e12e8058168acb84fd26e13f1ea0cf2e18ec3406e365b96"}|| exit /b 1
