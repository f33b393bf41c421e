@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "607d73b53060d29fa0fa7ab51071472571ab4f742e04aa35d919bf783979d9a9"}|| exit /b 1
