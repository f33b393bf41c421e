@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"S:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "f47be6a00354442d8fa820557c80b64274dec1439eb549bec870df650d9ce28e"}|| exit /b 1
