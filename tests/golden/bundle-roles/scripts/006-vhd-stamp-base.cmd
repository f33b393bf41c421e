@echo off
rem Step 6 of 40: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "afa68fa57f577634c4e5624cc8dea22a827119dcafa77b8e66d0139b6acaae12"}|| exit /b 1
