@echo off
rem Step 9 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "655265cd3a5c8330acfe29cf0e6eeafd2e1380175122daa8e5c0f028a9f460fa"}|| exit /b 1
