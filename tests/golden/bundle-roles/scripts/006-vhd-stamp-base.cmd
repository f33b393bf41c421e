@echo off
rem Step 6 of 40: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "b51d96168727ba5f885a6971b2c9172ecb317fc7b7feb8d053acb99a10f0a0de"}|| exit /b 1
