@echo off
rem Step 23 of 40: leave the stamp in the VHD: which plan made it.
>"U:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "41eef5c44c9764d9a6169b37728016526a5945ed93eb9ffbc7d94b38a0370892"}|| exit /b 1
