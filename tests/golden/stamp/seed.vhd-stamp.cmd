@echo off
rem Step 9 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "8bfabbf9ff946127c72b5b19f21324edfde4496d52c59010016b35bf6a483483"}|| exit /b 1
