@echo off
rem Step 30 of 40: leave the stamp in the VHD: which plan made it.
>"T:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "ca3a7e7cc615a57925b24b73d3cc96a90be1964523dd7481c225658c5cba818c"}|| exit /b 1
