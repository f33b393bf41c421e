@echo off
rem Step 15 of 15: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "ws-2022-uefi", "identity": "2bac046f-740e-5114-b468-79cd96b61179", "plan": "8952b0164eaaa102ecc6d8bcad4bc08bdd40ebe393831da34db824255863c10b"}|| exit /b 1
