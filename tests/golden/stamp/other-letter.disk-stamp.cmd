@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"S:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "a37f24600fd3eab76ebea19efe6666e06791ba11e9540a85d5a428a3652e5668"}|| exit /b 1
