@echo off
rem Step 25 of 40: leave the stamp in the VHD: which plan made it.
>"V:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "e3d8f6f6ac9e641a4f5c9934666890594ac22d1a8cce336732fa6787cf897b27"}|| exit /b 1
