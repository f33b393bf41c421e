@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2008-r2-usb", "identity": "7b186eb4-a0cc-51ca-9cb3-2cf52060a82b", "plan": "7d99079ec5371c1992d6eff7a0ff413db6419eb1313e08a9e54b7f57fa639004"}|| exit /b 1
